/** The part of the build that describes the functions to Azure. */
@NullMarked
package io.sallyport.azureapp;

import org.jspecify.annotations.NullMarked;
