// What happened on some days of a shop, as it stands beside charts. Types and limits are those of Shopify's own annotations.

export const annotationTypes = [
  "campaign",
  "ad_spend_change",
  "influencer_collaboration",
  "product_launch",
  "landing_page_launch",
  "seasonal_promotion",
  "revenue_milestone",
  "other",
] as const;
export type AnnotationType = (typeof annotationTypes)[number];

export interface Annotation {
  id: string;
  /** First and last day, both included. */
  from: string;
  to: string;
  type: AnnotationType;
  title: string;
  description: string;
}

/** A note as it stands beside a chart: the shop's, Shopify's or another app's. */
export interface ShownNote extends Annotation {
  origin: "own" | "shopify" | { app: string };
}

export const LONGEST_TITLE = 75;
export const LONGEST_DESCRIPTION = 150;
export const MOST_ANNOTATIONS = 300;
export const MOST_OWN_EVENTS = 100;
/** Of one event that falls on another day each year. */
export const MOST_DAYS = 30;
