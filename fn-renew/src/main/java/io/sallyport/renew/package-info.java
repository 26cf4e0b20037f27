/** What a workload does with its session: renew it and end it. */
@NullMarked
package io.sallyport.renew;

import org.jspecify.annotations.NullMarked;
