// What all lists of everything share. One record of a list that cannot be read keeps no other from being compared: it is
// read again, alone.
import { z } from "zod";

export const anyInstant = z.string();
export const listedColumns = {
  __typename: "VARCHAR",
  id: "VARCHAR",
  createdAt: "VARCHAR",
  updatedAt: "VARCHAR",
};
export const listedDates = {
  created_at: "utc_if_any(createdAt)",
  updated_at: "coalesce(utc_if_any(updatedAt), TIMESTAMP '1970-01-01')",
};
