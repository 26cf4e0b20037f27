package io.sallyport.bench;

/** Measures one thing. */
@FunctionalInterface
interface Program {
    Measured run(Plan plan) throws Exception;
}
