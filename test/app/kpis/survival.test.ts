import { describe, expect, it } from "vitest";
import { happenedWithin, logRank, stratifiedLogRank, type Times } from "../../../app/kpis/survival.ts";
import { randomFrom } from "../../engine/kpis/shop.ts";

/** Weeks in remission of 21 patients under 6-mercaptopurine; with a plus: still, when last seen. Freireich et al. (1963), Blood 21:699. */
const FREIREICH = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+";

/** Weeks in remission of the 21 who had none, of the same trial. */
const PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23";

function timesOf(list: readonly { at: number; happened: boolean }[]): Times {
  const longest = Math.max(...list.map(({ at }) => at));
  const count = (which: boolean) =>
    Array.from(
      { length: longest + 1 },
      (_, day) => list.filter(({ at, happened }) => at === day && happened === which).length,
    );
  return { happened: count(true), censored: count(false) };
}

const patientsOf = (weeks: string) =>
  timesOf(weeks.split(" ").map((text) => ({ at: parseInt(text, 10), happened: !text.endsWith("+") })));
const patients = patientsOf(FREIREICH);

describe("how soon something happens in two groups", () => {
  it("is told apart as textbooks tell Freireich's patients from those without treatment", () => {
    const found = logRank(patients, patientsOf(PLACEBO));
    expect(found?.observed).toBe(9);
    expect(found?.expected).toBeCloseTo(19.251, 3);
    expect(found?.chiSquare).toBeCloseTo(16.793, 3);
    // Whichever of them comes first.
    expect(logRank(patientsOf(PLACEBO), patients)?.chiSquare).toBeCloseTo(16.793, 3);
  });

  it("is held against its own other alone, stratum by stratum", () => {
    const placebo = patientsOf(PLACEBO);
    // Sums of the same twice: (2d)² ÷ 2v.
    expect(
      stratifiedLogRank([
        [patients, placebo],
        [patients, placebo],
      ])?.chiSquare,
    ).toBeCloseTo(2 * 16.793, 2);
    // Alike within each: that one group has more of the slow ones is no difference.
    const slow = { happened: [0, 0, 2], censored: [0, 0, 2] };
    const fast = { happened: [0, 2], censored: [0, 2] };
    const many = ({ happened, censored }: Times, times: number): Times => ({
      happened: happened.map((n) => n * times),
      censored: censored.map((n) => n * times),
    });
    const found = stratifiedLogRank([
      [slow, many(slow, 20)],
      [many(fast, 20), fast],
    ]);
    expect(found?.chiSquare).toBeCloseTo(0, 12);
  });

  it("is the same in the same group, and nothing where nothing happened", () => {
    expect(logRank(patients, patients)?.chiSquare).toBeCloseTo(0, 12);
    expect(logRank({ happened: [], censored: [0, 5] }, { happened: [], censored: [3] })).toBeNull();
    expect(logRank({ happened: [], censored: [] }, patients)).toBeNull();
  });

  it("is called different in about 5 of 100 cases where both are alike", () => {
    const random = randomFrom(20_261_130);
    const group = (size: number) =>
      timesOf(
        Array.from({ length: size }, () => {
          const [happens, followed] = [
            Math.floor(-Math.log(1 - random()) * 60),
            20 + Math.floor(random() * 90),
          ];
          return { at: Math.min(happens, followed), happened: happens <= followed };
        }),
      );
    const cases = 1000;
    let different = 0;
    for (let turn = 0; turn < cases; turn++)
      if ((logRank(group(60), group(90))?.chiSquare ?? 0) > 3.841) different++;
    expect(different / cases).toBeGreaterThan(0.03);
    expect(different / cases).toBeLessThan(0.07);
  });
});

describe("the share to whom something has happened", () => {
  it.each([
    [6, 0.8571, 0.0764],
    [7, 0.8067, 0.0869],
    [10, 0.7529, 0.0963],
    [13, 0.6902, 0.1068],
    [16, 0.6275, 0.1141],
    [22, 0.5378, 0.1282],
    [23, 0.4482, 0.1346],
    [30, 0.4482, 0.1346],
  ])("is what textbooks print of Freireich's patients at %i weeks", (week, survived, error) => {
    const found = happenedWithin(patients, week);
    expect(1 - (found?.share ?? 0)).toBeCloseTo(survived, 4);
    expect(Math.sqrt(found?.variance ?? 0)).toBeCloseTo(error, 4);
  });

  it("counts who is not followed long enough, and those alone", () => {
    // Of 21, 7 relapsed within 20 weeks; 6+, 9+, 10+, 11+, 17+ and 19+ were seen for less.
    expect(happenedWithin(patients, 20)).toMatchObject({ events: 7, open: 6, followed: 8 });
  });

  it("is not told of longer than anybody was followed", () => {
    expect(happenedWithin(patients, 35)).toMatchObject({ followed: 1 });
    expect(happenedWithin(patients, 36)).toBeNull();
    expect(happenedWithin({ happened: [], censored: [] }, 0)).toBeNull();
  });

  it("is all where it has happened to all, and none where it has to none; neither has a range", () => {
    expect(happenedWithin({ happened: [0, 2, 3], censored: [] }, 90)).toMatchObject({
      share: 1,
      range: null,
    });
    expect(happenedWithin({ happened: [], censored: [0, 0, 5] }, 2)).toMatchObject({ share: 0, range: null });
  });

  it("takes what happens on a day for earlier than the end of following on it", () => {
    // Of two, one is followed for three days and to the other it happens on the third.
    expect(happenedWithin({ happened: [0, 0, 0, 1], censored: [0, 0, 0, 1] }, 3)).toMatchObject({
      share: 0.5,
    });
  });

  it.each([40, 200])("has a range that holds the truth in at least 93 of 100 shops of %i customers", (n) => {
    const random = randomFrom(1963 + n);
    const within = 90;
    // A daily chance of one in 200; customers come over 180 days.
    const truth = 1 - (1 - 1 / 200) ** within;
    let [covered, told] = [0, 0];
    for (let trial = 0; trial < 2000; trial++) {
      const list = Array.from({ length: n }, () => {
        const takes = Math.ceil(Math.log(1 - random()) / Math.log(1 - 1 / 200));
        const seen = Math.floor(random() * 181);
        return { at: Math.min(takes, seen), happened: takes <= seen };
      });
      const range = happenedWithin(timesOf(list), within)?.range;
      if (range == null) continue;
      told += 1;
      if (range.low <= truth && truth <= range.high) covered += 1;
    }
    expect(told).toBeGreaterThan(1900);
    expect(covered / told).toBeGreaterThan(0.93);
    expect(covered / told).toBeLessThan(0.97);
  });
});
