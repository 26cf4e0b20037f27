package io.sallyport.keyrotation;

import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.audit.Audited;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.token.managed.ManagedKey;
import io.sallyport.token.managed.ManagedKeyRotation;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes the next key if it is due, and says which, to the log and to the scheduler. */
record DueRotation(ManagedKeyRotation rotation, InstantSource clock) implements Audited {
    @Override
    public Response handle(Request request, Audit audit) throws Refused {
        ManagedKeyRotation.Step step = rotation.rotateIfDue(clock.instant());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("rotated", step.made().isPresent());
        if (step.made().isPresent()) {
            ManagedKey made = step.made().get();
            audit.note("keyId", made.keyId());
            audit.note("signsFrom", made.signFrom().toString());
            body.put("keyId", made.keyId());
            body.put("signsFrom", made.signFrom().toString());
        }
        return Response.json(200, body);
    }
}
