/** Commands for workloads: logins and credentials for Google Cloud. */
@NullMarked
package io.sallyport.cli.workload;

import org.jspecify.annotations.NullMarked;
