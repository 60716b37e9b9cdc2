/**
 * What Exchange, Skype for Business and SharePoint say of their partner applications, as {@code
 * Get-… | ConvertTo-Json} writes it, and what that is here; and the way back. Pure functions: bytes
 * become a {@link dev.concordat.cli.powershell.Reading}, readings become declared partners,
 * partners become objects in a cmdlet's shape. No HTTP, no file and no clock lives here, and no
 * rule of the registry: it decides, this only reads.
 */
@NullMarked
package dev.concordat.cli.powershell;

import org.jspecify.annotations.NullMarked;
