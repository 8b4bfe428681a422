// What was given back both ways: what of it is a fact, what an estimate, and of which months nothing is told.
export const refunds = {
  facts:
    "What was sold and given back are facts; what is still to come is an estimate. All of it is of all customers and guest orders, whichever customers and period are chosen above.",
  same: "Over all months both columns come to the same sum.",
  sameBut:
    "Over all months both columns come to the same sum but for {amount}, given back of orders placed before {day}: these are no longer kept, so when they were sold is not known.",
  notKept: "Orders placed before {day} are not kept; months before it are not told.",
  method:
    "Still to come: the share of their gross sales that earlier months still gave back once they were as old, of all of them together, then the least and the most of any, further apart for a month of fewer sales. If a month goes as those went, it lies between these two in (n − 1) ÷ (n + 1) of cases, n being the earlier months that are old enough, the newest {most, number} at most.",
  nearlyAll:
    "{days, plural, =0 {Of what comes back, {share} had come by the end of the month it was sold in.} other {Of what comes back, {share} had come # days after the end of the month it was sold in; earlier months are compared once they have been followed for so long.}}",
  longest:
    "{days, plural, =0 {Nothing came back later than on the day it was sold.} one {Nothing came back later than # day after it was sold.} other {Nothing came back later than # days after it was sold.}}",
  rowsTitle: "Given back of what was sold in {month}",
  rowsOf:
    "Orders of which goods sold in {month} were given back, with all that was given back of these so far, whenever it came.",
  noMonth: "That month is not told. It is of {month} instead.",
  givenBack: "Given back",
  givenBackOn: "Given back on",
  present: "So far",
  upTo: "Known up to {day}",
  ofSoldBy: "Of what was sold up to {day}",
  about: "About {likely}",
  range: "{low} to {high} in {level} of cases",
  nothing: "None expected",
  noMore: "None more came of {n, number} earlier months",
  tooFew:
    "{n, plural, one {# earlier month is old enough, {needed} are needed} other {# earlier months are old enough, {needed} are needed}}",
  notTold: "Not known yet",
} as const;
