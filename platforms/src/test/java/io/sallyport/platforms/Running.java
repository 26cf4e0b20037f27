package io.sallyport.platforms;

import io.sallyport.testing.Answer;
import io.sallyport.testing.Call;

/** A deployment, running behind its platform's front end. */
interface Running extends AutoCloseable {
    /** Answers a call as if a caller somewhere had sent it to the platform's address. */
    Answer send(Call call) throws Exception;

    /** The process that runs there and writes the log. */
    RuntimeProcess process();

    @Override
    void close();
}
