/** What admins' files say, form by form. */
@NullMarked
package dev.concordat.cli.powershell;

import org.jspecify.annotations.NullMarked;
