package io.sallyport.cli.workload;

import java.util.Locale;

/** The platform of a workload, which determines its credential. */
enum Platform {
    GCP,
    AZURE,
    KUBERNETES;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
