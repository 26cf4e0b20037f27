package io.sallyport.outbound;

import io.sallyport.http.outbound.AddressKind;
import io.sallyport.jwt.HostNotAllowedException;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.Set;

/** The addresses that may be reached on behalf of an identity, whose hosts are untrusted. */
public final class AddressPolicy {
    private final Set<AddressKind> allowed;

    private AddressPolicy(AddressKind... allowed) {
        this.allowed = EnumSet.of(AddressKind.PUBLIC, allowed);
    }

    /** Allows public addresses only. */
    public static AddressPolicy publicOnly() {
        return new AddressPolicy();
    }

    /** Also allows private networks: {@code SALLYPORT_ALLOW_PRIVATE_HOSTS=true}. */
    public static AddressPolicy privateToo() {
        return new AddressPolicy(AddressKind.PRIVATE);
    }

    /** Also allows this machine. For simulated clusters in tests and in the demo, never for a deployed function. */
    public static AddressPolicy forSimulatedClusters() {
        return new AddressPolicy(AddressKind.PRIVATE, AddressKind.LOOPBACK);
    }

    public void check(InetAddress address) throws HostNotAllowedException {
        AddressKind kind = AddressKind.of(address.getAddress());
        if (!allowed.contains(kind)) {
            throw new HostNotAllowedException(
                    kind == AddressKind.PRIVATE
                            ? "the host has the private address " + address.getHostAddress()
                                    + "; set SALLYPORT_ALLOW_PRIVATE_HOSTS=true to allow private addresses"
                            : "the host has the address " + address.getHostAddress()
                                    + ", which is loopback, link-local, metadata or otherwise special and never allowed;"
                                    + " use an address at which it is reached from outside");
        }
    }

    @Override
    public String toString() {
        return "AddressPolicy" + allowed;
    }
}
