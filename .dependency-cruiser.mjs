// Which part of the app may import which. Imports point one way and make no circles; `npm run lint` holds them to it
// (docs/decisions/0042-imports-point-one-way.md).

/** Known to everybody: errors, the log, the environment, small things without a place of their own. */
const GROUND =
  "(asking|bounded|env\\.server|errors|failure|failure-codes|kept-failure|locales|log\\.server|outage|pool\\.server|told\\.server|well-formed)\\.ts";
/** The state database and the types of its rows. */
const STATE = ["db\\.server\\.ts", "prisma:generated/"];
/** The warehouse that this process has open: ground floor, unlike the rest of process/. */
const THE_WAREHOUSE = "process/runtime\\.server\\.ts";
const SESSION_TOKEN = "shopify/session-token\\.server\\.ts";

/**
 * One row a part, from the ground up. `may`: what it may import beside itself and the ground, as the beginning of a path
 * below app/ (or, after "prisma:", below prisma/). `types`: of these, types alone. `door`: what to do instead.
 */
const parts = [
  {
    part: "the ground",
    of: GROUND,
    may: [],
    door: "What everybody imports imports nobody: hand in what is needed.",
  },
  {
    part: "the state database",
    of: "db\\.server\\.ts",
    may: ["prisma:generated/"],
    door: "db.server.ts knows the connection alone.",
  },
  {
    part: "metrics",
    may: [...STATE],
    door: "Everything counts in metrics, so metrics knows nobody: hand in what a gauge shows.",
  },
  {
    part: "http",
    may: ["words/"],
    door: "http knows bodies, headers, errors and their words, and nothing of the app: hand in what is needed.",
  },
  {
    part: "warehouse",
    may: ["metrics/"],
    door: "The warehouse knows neither Shopify nor KPIs nor the state: it takes rows and SQL.",
  },
  {
    part: "the open warehouse",
    of: THE_WAREHOUSE,
    may: ["warehouse/"],
    door: "Only opens, keeps and closes the process's warehouse.",
  },
  {
    part: "words",
    may: [],
    door: "Words know nobody: what a sentence needs is handed to it.",
  },
  {
    part: "kpis",
    may: ["metrics/", "warehouse/", "words/"],
    door: "KPIs and sync meet in the warehouse's tables (coverage says what is loaded).",
  },
  {
    part: "shopify",
    may: ["metrics/", ...STATE],
    door: "What Shopify answers is handed up to sync, which knows resources and the warehouse.",
  },
  {
    part: "queue",
    may: ["metrics/", ...STATE],
    door: "Enqueueing needs a name and a payload (queue/contract.ts); a handler is handed to the worker by process/.",
  },
  {
    part: "sync",
    may: ["metrics/", ...STATE, "warehouse/", THE_WAREHOUSE, "shopify/", "queue/"],
    door: "Sync writes the warehouse; what numbers mean is decided in kpis, and reconcile/ and jobs/ stand above.",
  },
  {
    part: "reconcile",
    may: [...STATE, "warehouse/", "shopify/", "sync/", "kpis/"],
    door: "Reconciliation reads what sync and kpis give; a check gets it handed in by jobs/.",
  },
  {
    part: "webhooks",
    except: "webhooks/ingress/",
    may: [...STATE, "http/", "queue/", "sync/resources/", "sync/shop/webhook-days\\.ts"],
    door: "A webhook is kept and followed by a job: enqueue it (queue/).",
  },
  {
    part: "webhooks/ingress",
    may: ["metrics/", "http/", "webhooks/", SESSION_TOKEN],
    door: "The ingress keeps webhooks with the inbox alone; whatever needs more is passed on to the app.",
  },
  {
    part: "privacy",
    may: ["metrics/", ...STATE, "warehouse/", THE_WAREHOUSE, "queue/", "sync/", SESSION_TOKEN],
    door: "Privacy knows where the app keeps what; what numbers mean is decided in kpis.",
  },
  {
    part: "calendar",
    may: [...STATE, "kpis/"],
    door: "A shop's calendar is state and days: words are the reports', and pages get it handed in.",
  },
  {
    part: "why",
    may: ["kpis/", "warehouse/"],
    door: "Why a figure moved is numbers and ids: words are the reports'.",
  },
  {
    part: "cohorts",
    may: ["kpis/", "warehouse/"],
    door: "What cohorts did is numbers, ids and days: words are the reports'.",
  },
  {
    part: "explain",
    may: ["kpis/", "warehouse/"],
    door: "What a figure is made of is numbers, ids and rows: words are the reports'.",
  },
  {
    part: "refunds",
    may: ["kpis/", "warehouse/"],
    door: "What was given back of what was sold is sums and ranges: words are the reports'.",
  },
  {
    part: "movement",
    may: ["kpis/", "warehouse/"],
    door: "Who moved between two days is ids, numbers and rows: words are the reports'.",
  },
  {
    part: "findings",
    may: [...STATE, "kpis/", "why/", "warehouse/", THE_WAREHOUSE],
    door: "Findings are ids and numbers: words are the reports', and when to look is the jobs'.",
  },
  {
    part: "reports",
    may: [
      "kpis/",
      "why/",
      "explain/",
      "cohorts/",
      "refunds/refunds\\.server\\.ts",
      "movement/",
      "warehouse/",
      "words/",
    ],
    types: [
      "calendar/",
      "findings/findings\\.server\\.ts",
      "sync/sync\\.server\\.ts",
      "reconcile/reconcile\\.server\\.ts",
      "prisma:generated/",
    ],
    except: "reports/(choices|saved-views)\\.server\\.ts",
    door: "A report asks kpis and says in words what it is handed; it neither syncs nor renders, nor reads the state.",
  },
  {
    part: "what was chosen and named",
    of: "reports/(choices|saved-views)\\.server\\.ts",
    may: [...STATE, "kpis/", "reports/", "words/", SESSION_TOKEN],
    door: "Keeps what a member of staff last chose, and views that a shop has named, and nothing else of the state.",
  },
  {
    part: "components",
    may: ["kpis/(format|period)\\.ts", "words/screen\\.ts", "calendar/annotation\\.ts"],
    types: ["calendar/", "kpis/", "reports/"],
    except: "components/router\\.ts",
    door: "Components run in the browser and get values from loaders: import types, kpis/format and kpis/period only.",
  },
  {
    part: "jobs",
    may: [
      "metrics/",
      ...STATE,
      "warehouse/",
      THE_WAREHOUSE,
      "queue/",
      "sync/",
      "privacy/",
      "reconcile/",
      "findings/findings\\.server\\.ts",
      "reports/",
      "webhooks/topics\\.ts",
    ],
    door: "A job calls the deep modules (sync, privacy, reconcile, reports); what it needs of others belongs there.",
  },
  {
    part: "sign-in",
    of: "shopify\\.server\\.ts",
    may: ["http/", "shopify/", "sync/shop/install\\.server\\.ts"],
    door: "Sign-in knows Shopify's library and what an install begins.",
  },
  {
    part: "a page's frame",
    of: "page\\.server\\.ts",
    may: [
      "calendar/calendar\\.server\\.ts",
      "http/",
      "reports/",
      "sync/sync\\.server\\.ts",
      THE_WAREHOUSE,
      "warehouse/view\\.ts",
    ],
    types: ["warehouse/warehouse\\.server\\.ts"],
    door: "What all reports' pages have in common: what one of them shows is its report's.",
  },
  {
    part: "routes",
    may: [
      "page\\.server\\.ts",
      "http/",
      "components/",
      "reports/",
      "styles/",
      "words/",
      "calendar/calendar\\.server\\.ts",
      "privacy/",
      "queue/queue\\.server\\.ts",
      "webhooks/webhooks\\.server\\.ts",
      "sync/sync\\.server\\.ts",
      "reconcile/reconcile\\.server\\.ts",
      "findings/findings\\.server\\.ts",
      "shopify\\.server\\.ts",
      SESSION_TOKEN,
      THE_WAREHOUSE,
      "warehouse/view\\.ts",
    ],
    types: ["warehouse/warehouse\\.server\\.ts"],
    door: "A route is thin: it authenticates, parses, makes one call of a front door (*.server.ts) and renders.",
  },
  {
    part: "the document",
    of: "(root|entry\\.client|entry\\.server)\\.tsx",
    may: [
      "components/",
      "words/(screen|polaris)\\.ts",
      "http/",
      "shopify\\.server\\.ts",
      "process/boot\\.server\\.ts",
    ],
    door: "The document is a frame: pages belong to routes, and what the process runs to process/boot.server.ts.",
  },
  {
    part: "the server",
    of: "server\\.ts",
    may: ["http/", "metrics/", "process/", "webhooks/", "words/", "prisma:(embedded|migrate)\\.ts"],
    door: "server.ts answers HTTP; the app itself comes with the bundle, by entry.server.tsx.",
  },
  {
    part: "process",
    except: THE_WAREHOUSE,
    may: ["(?!routes/|components/|reports/|commands/|server\\.ts).*", ...STATE],
    door: "The process is put together from everything but pages and commands.",
  },
  {
    part: "commands",
    may: ["(?!routes/|components/|reports/|kpis/|server\\.ts|jobs/jobs\\.ts).*", "prisma:"],
    door: "Commands do what jobs, sync and the warehouse do, only by hand; jobs are worked off by process/jobs.server.ts.",
  },
];

const escaped = (folder) => folder.replace(/[.*+?]/g, "\\$&");
/** "prisma:x" lies beside app/. */
const place = (path) => (path.startsWith("prisma:") ? `^prisma/${path.slice(7)}` : `^app/${path}`);

const directions = parts.flatMap(({ part, of = `${escaped(part)}/`, except, may, types = [], door }) => {
  const from = { path: `^app/${of}`, ...(except === undefined ? {} : { pathNot: `^app/${except}` }) };
  const own = of === GROUND ? [`^app/${GROUND}`] : [`^app/${of}`, `^app/${GROUND}`];
  const allowed = [...own, ...may.map(place)];
  const typed = types.map(place);
  return [
    {
      name: `${part}: not from here`,
      comment: door,
      severity: "error",
      from,
      to: { path: "^(app|prisma)/", pathNot: [...allowed, ...typed] },
    },
    ...(typed.length === 0
      ? []
      : [
          {
            name: `${part}: types only`,
            comment: door,
            severity: "error",
            from,
            to: { path: typed, pathNot: allowed, dependencyTypesNot: ["type-only"] },
          },
        ]),
  ];
});

export default {
  forbidden: [
    {
      name: "a circle",
      comment:
        "What two parts need of each other belongs below both, or is handed in by who stands above both.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "a file in no part",
      comment: "Every folder of app/ has its row in .dependency-cruiser.mjs.",
      severity: "error",
      from: { path: "^app/", pathNot: parts.map(({ part, of = `${escaped(part)}/` }) => `^app/${of}`) },
      to: {},
    },
    {
      name: "the app: not its tests",
      comment: "The app never imports its tests or the simulated Shopify.",
      severity: "error",
      from: { path: "^app/" },
      to: { path: "^test/" },
    },
    {
      name: "the app: not its framework",
      comment:
        "Remix and express stay in routes, root, entry.*, server.ts and components/router.ts: import it from there.",
      severity: "error",
      from: {
        path: "^app/",
        pathNot: "^app/(routes/|root\\.tsx|entry\\.|server\\.ts|components/router\\.ts)",
      },
      to: { path: "^node_modules/(@remix-run/|express/|@types/express/)" },
    },
    {
      name: "the browser: not the server",
      comment: "Components run in the browser: pass values from the loader.",
      severity: "error",
      from: { path: "^app/components/" },
      to: { path: "\\.server\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    ...directions,
  ],
  options: {
    doNotFollow: { path: ["^node_modules/", "^prisma/generated/"] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".js", ".mjs"] },
  },
};
