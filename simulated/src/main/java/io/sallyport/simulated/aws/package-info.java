/** AWS: signed requests and temporary credentials. */
@NullMarked
package io.sallyport.simulated.aws;

import org.jspecify.annotations.NullMarked;
