package io.sallyport.bench;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Properties;

/**
 * List prices of a million logins on each cloud. Store operations are those that {@link StoreOperations} counts, calls of
 * Cloud KMS those of the way to sign; how long an instance is billed for a login, and the prices with their sources, are
 * in {@code prices.properties}. Free tiers, traffic and logs are left out.
 */
final class Costs implements Program {
    static final String COMPUTE = "compute $";
    static final String REQUESTS = "requests $";
    static final String STORE = "Firestore $";
    static final String KMS = "Cloud KMS $";
    static final String TOTAL = "total $";

    private static final double MILLION = 1_000_000;
    private static final List<String> CLOUDS = List.of("gcp", "aws", "azure");

    /**
     * How tokens are signed.
     *
     * @param callsPerLogin of Cloud KMS
     */
    private record Signing(String name, double callsPerLogin) {}

    private static final List<Signing> WAYS =
            List.of(new Signing("managed or local keys", 0), new Signing("a Cloud KMS key", 1));

    @Override
    public Measured run(Plan plan) throws Exception {
        Properties prices = prices();
        Measured operations = new StoreOperations().run(plan);
        Measured measured = new Measured();
        for (String uses : List.of("unlimited", "limited")) {
            String counted = uses + " uses, 100 logins a second";
            double logins = only(operations, counted, StoreOperations.LOGINS);
            double store = only(operations, counted, StoreOperations.READS) / logins * price(prices, "firestore.reads")
                    + only(operations, counted, StoreOperations.WRITES) / logins * price(prices, "firestore.writes");
            for (Signing signing : WAYS) {
                for (String cloud : CLOUDS) {
                    String row = prices.getProperty(cloud + ".name") + ", " + uses + " uses, " + signing.name();
                    double compute =
                            price(prices, cloud + ".second") * price(prices, cloud + ".billedMillis") / 1000 * MILLION;
                    double requests = price(prices, cloud + ".requests");
                    double kms = signing.callsPerLogin() * price(prices, "kms.operations");
                    measured.add(row, COMPUTE, compute);
                    measured.add(row, REQUESTS, requests);
                    measured.add(row, STORE, store);
                    measured.add(row, KMS, kms);
                    measured.add(row, TOTAL, compute + requests + store + kms);
                }
            }
        }
        return measured;
    }

    private static Properties prices() throws IOException {
        Properties prices = new Properties();
        try (InputStream file = Costs.class.getResourceAsStream("prices.properties")) {
            prices.load(file);
        }
        return prices;
    }

    private static double price(Properties prices, String name) {
        return Double.parseDouble(prices.getProperty(name));
    }

    private static double only(Measured measured, String row, String figure) {
        return measured.samples(row, figure).get(0);
    }
}
