// Shows the OpenAPI document of this server. The two are where this page is served from.
window.SwaggerUIBundle({
  url: '/v1/openapi.json',
  dom_id: '#document',
  deepLinking: true,
  tryItOutEnabled: false,
})
