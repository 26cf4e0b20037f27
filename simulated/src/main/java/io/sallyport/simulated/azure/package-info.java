/** Microsoft Entra ID and managed identities. */
@NullMarked
package io.sallyport.simulated.azure;

import org.jspecify.annotations.NullMarked;
