package dev.concordat.probe.page;

import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.core.Response;

/** Answers for browsers: never kept, and nothing in them is from another host or inline. */
final class Html {

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

  private Html() {}

  static Response page(TemplateInstance template) {
    return fragment(template).build();
  }

  static Response.ResponseBuilder fragment(TemplateInstance template) {
    return Response.ok(template.render(), "text/html; charset=utf-8")
        .header("Cache-Control", "no-store")
        .header("Content-Security-Policy", POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer");
  }

  /** A page that only says something. */
  static Response message(int status, String title, String detail) {
    return fragment(StatusPage.Templates.message(title, detail)).status(status).build();
  }
}
