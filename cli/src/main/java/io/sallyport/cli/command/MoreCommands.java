package io.sallyport.cli.command;

import java.util.List;

/**
 * Commands that join the command line if their module is on the class path. They are found by {@link
 * java.util.ServiceLoader}, so the command line that operators install carries neither the demo nor its simulated
 * clouds.
 */
public interface MoreCommands {
    /** Objects or classes that picocli accepts as subcommands of {@code sallyport}. */
    List<Object> commands();
}
