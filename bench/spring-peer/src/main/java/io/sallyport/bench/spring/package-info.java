/** Spring Authorization Server, as a comparison. */
@NullMarked
package io.sallyport.bench.spring;

import org.jspecify.annotations.NullMarked;
