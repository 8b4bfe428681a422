// The library of segments.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { type ClientLoaderFunctionArgs, useLoaderData } from "@remix-run/react";
import { useWords } from "../components/bits/language.ts";
import { orLast } from "../components/bits/offline.tsx";
import { SegmentLibraryPage } from "../components/pages/segment-library-page.tsx";
import { segmentLibrary } from "../reports/segment-library.server.ts";
import { titled } from "../components/router.ts";
import { Reported } from "../components/frame/reported.tsx";
import { pageOf } from "../page.server.ts";
import { authenticate } from "../shopify.server.ts";

export const meta = titled(({ say }) => say("segmentPages.title"));

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return pageOf(request, {
    shop: session.shop,
    kind: "days",
    view: segmentLibrary,
  });
}

export const clientLoader = ({ request, serverLoader }: ClientLoaderFunctionArgs) =>
  orLast(request, () => serverLoader<typeof loader>());

export default function Segments() {
  const data = useLoaderData<typeof loader>();
  const { say } = useWords();
  return <Reported data={data} title={say("segmentPages.title")} page={SegmentLibraryPage} />;
}
