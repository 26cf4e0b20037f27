package io.sallyport.simulated.aws;

import io.sallyport.simulated.Reply;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/** What AWS's security token service does from now on, whichever thread says so. */
public final class AwsStsBehaviour {
    private volatile UnaryOperator<Reply> change = UnaryOperator.identity();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    /** Answers with this status and an error of this code, in JSON. */
    public void fail(int status, String code) {
        change = usual -> new AwsStsRefusal(status, code, "The service is told to fail.").json();
    }

    /** Answers with this status, media type and body, whatever was asked for. */
    public void answerWith(int status, String mediaType, String body) {
        change = usual -> Reply.text(status, mediaType, body);
    }

    /** Changes the usual body's text. */
    public void edit(UnaryOperator<String> body) {
        change = usual -> new Reply(usual.status(), usual.headers(), body.apply(usual.body()), Reply.Manner.WHOLE);
    }

    /** Declares a longer body than it sends, and closes the connection. */
    public void truncate() {
        change = Reply::truncate;
    }

    /** Sends white space in big pieces, and never comes to the answer. */
    public void endless() {
        change = usual -> usual.sent(Reply.Manner.ENDLESS);
    }

    /** Sends white space byte by byte, and never comes to the answer. */
    public void trickle() {
        change = usual -> usual.sent(Reply.Manner.TRICKLING);
    }

    /** Answers with status 307, which keeps method and body. */
    public void redirectTo(URI elsewhere) {
        change = usual -> new Reply(307, Map.of("Location", elsewhere.toString()), "", Reply.Manner.WHOLE);
    }

    /** Answers rightly again, to those who are held as well. */
    public void recover() {
        change = UnaryOperator.identity();
        release();
    }

    /** Lets requests wait; they are counted when they come in, and answered as is said when they are released. */
    public synchronized void hold() {
        if (gate.getCount() == 0) {
            gate = new CountDownLatch(1);
        }
    }

    public synchronized void release() {
        gate.countDown();
    }

    Reply applyTo(Reply usual) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return change.apply(usual);
    }
}
