package io.sallyport.platforms;

import io.sallyport.testing.Answer;
import io.sallyport.testing.Call;

/** What was deployed, running behind its platform's front end. */
interface Running extends AutoCloseable {
    /** Has it answer, as if a caller somewhere had sent that to the platform's address. */
    Answer send(Call call) throws Exception;

    /** What runs there, and writes the log. */
    RuntimeProcess process();

    @Override
    void close();
}
