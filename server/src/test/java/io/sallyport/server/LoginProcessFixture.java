package io.sallyport.server;

import io.sallyport.IdentityId;
import io.sallyport.gcplogin.GcpLoginFunction;
import io.sallyport.identity.Identity;
import io.sallyport.method.gcp.GcpVerifier;
import io.sallyport.method.provider.Providers;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.Stores;
import io.sallyport.runtime.adapter.Endpoint;
import io.sallyport.testing.MemoryStores;
import java.net.URI;
import java.util.Map;

/** A process that serves logins like a deployed function until its input ends; it prints its port. */
final class LoginProcessFixture {
    static final IdentityId VM = new IdentityId("payments-vm");

    private LoginProcessFixture() {}

    /** @param args where a simulated Google publishes its keys: those for ID tokens, those for service accounts */
    public static void main(String[] args) throws Exception {
        Environment system = Environment.system();
        Environment environment = new Environment(
                system.variables(), system.clock(), system.ids(), HttpFetcher.plainHttpToo(), system.log());
        Settings settings = Settings.forServing(environment.variables());
        Stores stores;
        if (settings.store().isPresent()) {
            stores = Stores.open(settings.store().get(), environment).stores();
        } else {
            MemoryStores memory = new MemoryStores();
            memory.save(vm());
            stores = new Stores(memory, memory);
        }
        GcpVerifier.Endpoints google = new GcpVerifier.Endpoints(URI.create(args[0]), URI.create(args[1]));
        Endpoint endpoint = new Endpoint(
                environment,
                settings.forwardedHops(),
                GcpLoginFunction.routes(
                        stores.forLogin(environment, settings), new GcpVerifier(google, environment.fetcher())));
        System.out.println(FunctionsFramework.serve(endpoint, "127.0.0.1", LocalServer.freePort())
                .port());
        while (System.in.read() >= 0) {
            // Nothing is written to it.
        }
        System.exit(0);
    }

    static Identity vm() {
        return Providers.DOCUMENTS.read(
                VM, Map.of("gcpAuth", Map.of("type", "gce", "allowedServiceAccounts", ServerFixture.EMAIL)));
    }
}
