package io.sallyport.platforms;

import io.sallyport.testing.Call;
import java.nio.file.Path;
import java.util.Map;

/** The clouds whose runtimes run the archives. */
enum Platform {
    GOOGLE("Google Cloud Functions") {
        @Override
        Running start(Function function, Map<String, String> variables, Path folder) throws Exception {
            return GoogleFunction.start(function, variables, folder);
        }

        @Override
        String failToStart(Function function, Map<String, String> variables, Path folder) throws Exception {
            try (RuntimeProcess process = GoogleFunction.launch(function, variables, folder)) {
                requireFailure(process.exitCode());
                return process.text();
            }
        }
    },

    AWS("AWS Lambda") {
        @Override
        Running start(Function function, Map<String, String> variables, Path folder) throws Exception {
            return LambdaFunction.start(function, variables, folder);
        }

        @Override
        String failToStart(Function function, Map<String, String> variables, Path folder) throws Exception {
            try (LambdaRuntime runtime = LambdaFunction.launch(function, variables, folder)) {
                String reported = runtime.initError();
                requireFailure(runtime.process().exitCode());
                return reported;
            }
        }
    },

    /** There, all functions are one app, which gets everything that any of them needs. */
    AZURE("Azure Functions") {
        @Override
        Running start(Function function, Map<String, String> variables, Path folder) throws Exception {
            return AzureApp.start(variables, folder);
        }

        /** There, an app always starts, and its functions fail when called. */
        @Override
        String failToStart(Function function, Map<String, String> variables, Path folder) throws Exception {
            try (AzureApp app = AzureApp.start(variables, folder)) {
                int status = app.send(Call.post(function.paths().get(0), "application/json", "{}"))
                        .status();
                if (status != 500) {
                    throw new AssertionError("the function answered with " + status);
                }
                return app.process().text();
            }
        }
    };

    private final String title;

    Platform(String title) {
        this.title = title;
    }

    /** Its vendor's name for it. */
    String title() {
        return title;
    }

    /**
     * Starts a function, or, on Azure, the app that contains it.
     *
     * @param folder for the function's files
     */
    abstract Running start(Function function, Map<String, String> variables, Path folder) throws Exception;

    /**
     * Starts a function that cannot work.
     *
     * @return what an operator sees of it
     */
    abstract String failToStart(Function function, Map<String, String> variables, Path folder) throws Exception;

    private static void requireFailure(int exitCode) {
        if (exitCode == 0) {
            throw new AssertionError("the runtime ended as if all were well");
        }
    }
}
