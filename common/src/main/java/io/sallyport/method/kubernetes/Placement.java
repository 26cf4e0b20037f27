package io.sallyport.method.kubernetes;

import io.sallyport.Check;
import io.sallyport.CheckTrace;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Globs;

/**
 * Which pods and nodes a workload may run in. Both only narrow what namespaces or UIDs admit: tenants name their pods,
 * and a node may run the pods of all.
 *
 * <p>The cluster knows them of tokens that are bound to a pod (Kubernetes, "Bound service account tokens"). A token
 * without them is refused where they are constrained.
 *
 * @param nodes by name; clusters before 1.30 do not report it
 */
public record Placement(Globs pods, Globs nodes) {
    /** No constraint. */
    public static final Placement ANY = new Placement(Globs.NONE, Globs.NONE);

    public static final Check POD = new Check("pod", "the pod is allowed");
    public static final Check NODE = new Check("node", "the node is allowed");

    /** @throws Refused {@link Reason#POD_NOT_ALLOWED}, {@link Reason#NODE_NOT_ALLOWED} */
    void admit(KubernetesAttestation workload, CheckTrace trace) throws Refused {
        trace.at(POD);
        if (pods.isSet()) {
            if (workload.pod().isEmpty()) {
                throw new Refused(Reason.POD_NOT_ALLOWED, "the token is not bound to a pod, which must be in " + pods);
            }
            requirePod(workload.pod().get().name());
        }
        trace.at(NODE);
        if (nodes.isSet()) {
            if (workload.node().isEmpty()) {
                throw new Refused(Reason.NODE_NOT_ALLOWED, "the token names no node, which must be in " + nodes);
            }
            requireNode(workload.node().get().name());
        }
    }

    void requirePod(String name) throws Refused {
        if (!pods.allows(name)) {
            throw new Refused(Reason.POD_NOT_ALLOWED, "pod " + Quoted.quote(name) + " is not in " + pods);
        }
    }

    void requireNode(String name) throws Refused {
        if (!nodes.allows(name)) {
            throw new Refused(Reason.NODE_NOT_ALLOWED, "node " + Quoted.quote(name) + " is not in " + nodes);
        }
    }
}
