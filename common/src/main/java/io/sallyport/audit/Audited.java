package io.sallyport.audit;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.Handler;
import io.sallyport.http.Request;
import io.sallyport.http.Response;

/** Decides one kind of request, and notes on the way what the operator should know. */
@FunctionalInterface
public interface Audited {
    /** @throws Refused if it is not granted, or could not be decided */
    Response handle(Request request, Audit audit) throws Refused;

    /**
     * The handler that writes one line for every decision, whatever it is.
     *
     * @param action what is decided, in a word, such as {@code login}
     */
    default Handler writingTo(Audit.Log log, String action) {
        return request -> {
            Audit audit = new Audit(request, action);
            OutboundCalls.begin();
            try {
                return handle(request, audit);
            } catch (Refused refused) {
                audit.refused(refused);
                throw refused;
            } catch (RuntimeException bug) {
                // The type only: its message may quote a token.
                audit.refused(new Refused(Reason.INTERNAL_ERROR, bug.getClass().getName()));
                throw bug;
            } finally {
                audit.called(OutboundCalls.end());
                log.write(audit);
            }
        };
    }
}
