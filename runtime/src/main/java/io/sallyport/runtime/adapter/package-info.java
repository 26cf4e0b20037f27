/** The three clouds' adapters. */
@NullMarked
package io.sallyport.runtime.adapter;

import org.jspecify.annotations.NullMarked;
