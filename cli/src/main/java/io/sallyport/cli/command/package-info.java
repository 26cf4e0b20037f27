/** Shared by the commands: options, output, exit codes. */
@NullMarked
package io.sallyport.cli.command;

import org.jspecify.annotations.NullMarked;
