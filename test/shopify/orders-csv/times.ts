// Times as exports write them: in the shop's own zone, with that zone's offset at the time but without its name.
import { Temporal } from "temporal-polyfill";
import { shown, type Refuse } from "./unreadable.ts";
import type { Cell } from "./amounts.ts";

const FORM =
  /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(:\d{2})?(?:\.\d{1,9})?(?: ?(Z|UTC|([+-])(\d{2}):?(\d{2})))?$/;
/** Before there were online shops; imported orders reach far back, but not farther. */
const EARLIEST = Date.parse("1970-01-01T00:00:00Z");
/** No zone is farther from UTC. */
const FARTHEST_MINUTES = 14 * 60;

export interface Time {
  epoch: number;
  /** Minutes east of UTC; null where the file has none and the zone was given. */
  offset: number | null;
}

export class Times {
  readonly #refuse: Refuse;
  readonly #timeZone: string | null;
  readonly #now: number;

  /** `timeZone`: of times without an offset. */
  constructor(options: { timeZone: string | null; now: number }, refuse: Refuse) {
    this.#refuse = refuse;
    this.#timeZone = options.timeZone;
    this.#now = options.now;
  }

  /** Null: the cell is empty. */
  read(cell: Cell): Time | null {
    if (cell.text === "") return null;
    const refuse = (detail: string) => this.#refuse(cell.line, cell.column, detail);
    const match = FORM.exec(cell.text);
    if (!match)
      return refuse(
        `expected a time such as 2026-03-01 10:00:00 +0100, not ${shown(cell.text)}; spreadsheets change times when they save`,
      );
    const [, day = "", minute = "", second = ":00", zone, sign, hours = "0", minutes = "0"] = match;
    const local = Date.parse(`${day}T${minute}${second}Z`);
    // A date that does not exist (30 February) is moved to the next month by Date.
    if (Number.isNaN(local) || new Date(local).toISOString().slice(0, 10) !== day)
      return refuse(`there is no such time as ${shown(cell.text)}`);
    let time: Time;
    if (zone === undefined) {
      if (this.#timeZone === null)
        return refuse(
          `${shown(cell.text)} has no offset from UTC; say in which zone the file's times are: --time-zone Europe/Berlin`,
        );
      const plain = Temporal.PlainDateTime.from(`${day}T${minute}${second}`);
      time = { epoch: plain.toZonedDateTime(this.#timeZone).epochMilliseconds, offset: null };
    } else {
      const offset = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
      if (Math.abs(offset) > FARTHEST_MINUTES || Number(minutes) > 59)
        return refuse(`no zone has the offset ${zone}`);
      time = { epoch: local - offset * 60_000, offset };
    }
    if (time.epoch < EARLIEST) return refuse(`${shown(cell.text)} is before 1970`);
    if (time.epoch > this.#now) return refuse(`${shown(cell.text)} is still to come`);
    return time;
  }
}
