package io.sallyport.cli.workload;

import java.util.Locale;

/** Where a workload runs, and so what it is given to prove itself with. */
enum Platform {
    GCP,
    AZURE,
    KUBERNETES;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
