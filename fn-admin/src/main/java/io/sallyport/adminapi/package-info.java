/** Identities and their auth methods over HTTP, in Infisical's shapes. */
@NullMarked
package io.sallyport.adminapi;

import org.jspecify.annotations.NullMarked;
