package io.sallyport.demo;

import io.sallyport.cli.command.MoreCommands;
import java.util.List;

/** Adds {@code sallyport demo} to the command line. */
public final class DemoCommands implements MoreCommands {
    @Override
    public List<Object> commands() {
        return List.of(new DemoCommand());
    }
}
