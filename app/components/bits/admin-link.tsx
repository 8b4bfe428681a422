// A link out of the app to a page of the shop's admin; App Bridge resolves the scheme and opens it around the iframe.
import type { ReactNode } from "react";

export function AdminLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <a href={`shopify:admin/${to}`} target="_top">
      {children}
    </a>
  );
}
