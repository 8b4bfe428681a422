// An address outside the app's pages: the admin shows the app at /app, and links may leave that out.
import { type LoaderFunctionArgs, redirect } from "@remix-run/node";

export function loader({ request }: LoaderFunctionArgs) {
  const { pathname, search } = new URL(request.url);
  // Files and what only programs ask for are no pages.
  const forPrograms = /^\/(app|api|auth|webhooks|assets)(\/|$)/.test(pathname) || /\.\w+$/.test(pathname);
  if (forPrograms) throw new Response("Not found", { status: 404 });
  return redirect(`/app${pathname}${search}`);
}
