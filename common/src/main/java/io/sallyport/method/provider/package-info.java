/** The list of providers: the only place that names them all. */
@NullMarked
package io.sallyport.method.provider;

import org.jspecify.annotations.NullMarked;
