// Customers in a few groups at random: by leaving out one group after the other, ranges are had of figures whose variance no
// formula gives (Wolter 2007, Introduction to Variance Estimation, 4.2: the jackknife by random groups).

export const RANDOM_GROUPS = 20;

/** The column of a row that says of which group it is. */
export const RANDOM_GROUP = "random_group";

/** Shopify's ids come in steps, which the remainder by a prime number evens out. */
const PRIME = 999_983;

/** @param cluster SQL of a customer's id, or of a stranger's negative one */
export const randomGroup = (cluster: string) => `ABS(${cluster}) % ${PRIME} % ${RANDOM_GROUPS}`;
