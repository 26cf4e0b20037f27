locals {
  dns_zone = try(var.front_door.dns_zone, null)
  dns_name = local.dns_zone == null ? "" : trimsuffix(var.front_door.domain_name, ".${local.dns_zone.name}")

  # The first proves that the name is ours, and lets Front Door get the certificate; the second brings clients.
  dns_records = var.front_door == null ? {} : {
    "_dnsauth.${var.front_door.domain_name}" = { type = "TXT", value = azurerm_cdn_frontdoor_custom_domain.this[0].validation_token }
    (var.front_door.domain_name)             = { type = "CNAME", value = azurerm_cdn_frontdoor_endpoint.this[0].host_name }
  }
}

resource "azurerm_dns_txt_record" "validation" {
  count = local.dns_zone == null ? 0 : 1

  name                = "_dnsauth.${local.dns_name}"
  zone_name           = local.dns_zone.name
  resource_group_name = local.dns_zone.resource_group_name
  ttl                 = 3600
  tags                = var.tags

  record {
    value = azurerm_cdn_frontdoor_custom_domain.this[0].validation_token
  }
}

resource "azurerm_dns_cname_record" "host" {
  count = local.dns_zone == null ? 0 : 1

  name                = local.dns_name
  zone_name           = local.dns_zone.name
  resource_group_name = local.dns_zone.resource_group_name
  ttl                 = 300
  record              = azurerm_cdn_frontdoor_endpoint.this[0].host_name
  tags                = var.tags

  # A name that points at a Front Door that does not serve it could be taken over.
  depends_on = [azurerm_cdn_frontdoor_custom_domain_association.this]
}
