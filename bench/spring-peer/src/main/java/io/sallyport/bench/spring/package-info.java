/** Spring Authorization Server, to measure against. */
@NullMarked
package io.sallyport.bench.spring;

import org.jspecify.annotations.NullMarked;
