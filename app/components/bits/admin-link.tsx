// A link out of the app to a page of the shop's admin; App Bridge resolves the scheme and opens it around the iframe.
export function AdminLink({ to, children }: { to: string; children: string }) {
  return (
    <a href={`shopify:admin/${to}`} target="_top">
      {children}
    </a>
  );
}
