/** Identities as those manage them who may: by HTTP, and by the command line. */
@NullMarked
package io.sallyport.admin;

import org.jspecify.annotations.NullMarked;
