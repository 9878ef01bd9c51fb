/**
 * Draws the server's own OpenAPI document. A file, as the page's policy forbids inline scripts.
 * Nothing leaves this origin, and no token is kept: a reload forgets what was put into "Authorize".
 */
(async () => {
  const place = document.querySelector("#api");
  const base = new URL(".", window.location.href);
  const answer = await fetch(new URL("openapi.json", base));
  if (!answer.ok) {
    place.textContent = `The server does not hand out its document: ${answer.status}`;
    return;
  }
  const spec = await answer.json();
  // Paths in the document begin at the root; the server may lie under a base path.
  spec.servers = [{ url: base.pathname.replace(/\/$/, "") || "/" }];
  window.SwaggerUIBundle({
    spec,
    domNode: place,
    deepLinking: true,
    docExpansion: "none",
    defaultModelsExpandDepth: 0,
    filter: true,
    displayRequestDuration: true,
    persistAuthorization: false,
    validatorUrl: null,
  });
})();
