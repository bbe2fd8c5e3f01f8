// The page at /docs: shows the OpenAPI document of this node and lets people try it.

window.SwaggerUIBundle({
  url: "/v3/api-docs",
  dom_id: "#api",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null, // ask nobody else
});
