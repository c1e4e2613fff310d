/**
 * What every store promises, as tests: run it for each kind of store.
 */
import type { Store } from "../../src/stores";
import { deliveryOf, secretOf } from "./delivery";

/** A place that a store writes to, empty at first, seen by the store and from the outside. */
export interface StorePlace {
  /** Opens a store at this place, for the given logical key. */
  readonly open: (keyName: string) => Store;
  /** What a reader gets as the current secret; undefined if there is none. */
  readonly readCurrent: () => Promise<string | undefined>;
  /** Puts something of somebody else's there. */
  readonly plantForeign: () => Promise<void>;
  /** Whether that is still there as it was. */
  readonly isForeignIntact: () => Promise<boolean>;
  /** Whether this kind of store can give no secret back, and so keeps none but the current one either. @default false */
  readonly givesNothingBack?: boolean;
}

/** The tests that every store must pass. `newPlace` gives another place each time. */
export function describeStore(kind: string, newPlace: () => Promise<StorePlace>): void {
  describe(`${kind}, as every store`, () => {
    let place: StorePlace;
    let store: Store;
    beforeEach(async () => {
      place = await newPlace();
      store = place.open("scheduler-prod");
    });

    /** What is said of the key before the current one. */
    const kept = (keyId: string): string | undefined => (place.givesNothingBack ? undefined : keyId);

    /** Takes a delivery back where something was there before. @returns whether this kind of store can do that */
    const goesBack = async (keyId: string): Promise<boolean> => {
      if (!place.givesNothingBack) {
        await store.restorePrevious(keyId);
        return true;
      }
      const before = await held();
      await expect(store.restorePrevious(keyId)).rejects.toMatchObject({
        code: "STORE_REFUSED",
        message: expect.stringContaining(store.description) as string,
      });
      expect(await held()).toEqual(before);
      return false;
    };

    const held = async (): Promise<unknown[]> => {
      const { current, previous } = await store.current();
      return [current, previous, await place.readCurrent()];
    };

    test("holds nothing at first, and could take a secret", async () => {
      await store.check();

      expect(await store.current()).toEqual({ current: undefined, previous: undefined, foreign: undefined });
      expect(await place.readCurrent()).toBeUndefined();
    });

    test("holds what was put last, and keeps what was before it", async () => {
      await store.put(deliveryOf("k1"));
      expect(await held()).toEqual(["k1", undefined, secretOf("k1")]);

      await store.put(deliveryOf("k2"));
      expect(await held()).toEqual(["k2", kept("k1"), secretOf("k2")]);

      await store.put(deliveryOf("k3"));
      expect(await held()).toEqual(["k3", kept("k2"), secretOf("k3")]);
    });

    test("is changed neither by a check nor by the same delivery a second time", async () => {
      await store.put(deliveryOf("k1"));
      await store.put(deliveryOf("k2"));

      await store.check();
      await store.put(deliveryOf("k2"));

      expect(await held()).toEqual(["k2", kept("k1"), secretOf("k2")]);
    });

    test("goes back to the previous secret, and does not keep the one that was taken back", async () => {
      await store.put(deliveryOf("k1"));
      await store.put(deliveryOf("k2"));

      if (!(await goesBack("k2"))) return;

      expect(await held()).toEqual(["k1", undefined, secretOf("k1")]);
    });

    test("goes back to nothing where there was nothing", async () => {
      await store.put(deliveryOf("k1"));

      await store.restorePrevious("k1");

      expect(await held()).toEqual([undefined, undefined, undefined]);
    });

    test("goes back only once, and never past what it keeps", async () => {
      await store.put(deliveryOf("k1"));
      await store.put(deliveryOf("k2"));
      await store.put(deliveryOf("k3"));
      if (!(await goesBack("k3"))) return;

      await store.restorePrevious("k3");
      await expect(store.restorePrevious("k2")).rejects.toMatchObject({
        code: "STORE_REFUSED",
        message: expect.stringContaining(store.description) as string,
      });

      expect(await held()).toEqual(["k2", undefined, secretOf("k2")]);
    });

    test("stays as it is where another key is to be taken back", async () => {
      await store.restorePrevious("k1");
      await store.put(deliveryOf("k1"));
      await store.put(deliveryOf("k2"));

      await store.restorePrevious("k1");

      expect(await held()).toEqual(["k2", kept("k1"), secretOf("k2")]);
    });

    test("goes on as before after something was taken back", async () => {
      await store.put(deliveryOf("k1"));
      await store.put(deliveryOf("k2"));
      if (!(await goesBack("k2"))) return;

      await store.put(deliveryOf("k3"));
      expect(await held()).toEqual(["k3", "k1", secretOf("k3")]);

      await store.restorePrevious("k3");
      expect(await held()).toEqual(["k1", undefined, secretOf("k1")]);
    });

    test("takes deliveries that come at the same time one after the other", async () => {
      const ids = ["k1", "k2", "k3", "k4", "k5"];

      await Promise.all(ids.map((id) => place.open("scheduler-prod").put(deliveryOf(id))));

      expect(await held()).toEqual(["k5", kept("k4"), secretOf("k5")]);
    });

    test("overwrites nothing of somebody else's, and says where it is", async () => {
      await place.plantForeign();
      const refusal = {
        code: "STORE_REFUSED",
        message: expect.stringContaining(store.description) as string,
      };

      await expect(store.check()).rejects.toMatchObject(refusal);
      await expect(store.put(deliveryOf("k1"))).rejects.toMatchObject(refusal);
      await store.restorePrevious("k1");

      expect(await store.current()).toMatchObject({ current: undefined, foreign: expect.any(String) as string });
      expect(await place.isForeignIntact()).toBe(true);
    });

    test("does not overwrite the secret of another logical key, and says whose it is", async () => {
      await place.open("billing-prod").put(deliveryOf("b1"));
      const refusal = { code: "STORE_REFUSED", message: expect.stringContaining("billing-prod") as string };

      await expect(store.check()).rejects.toMatchObject(refusal);
      await expect(store.put(deliveryOf("k1"))).rejects.toMatchObject(refusal);
      await store.restorePrevious("b1");

      expect(await held()).toEqual([undefined, undefined, secretOf("b1")]);
    });

    test("gives the current secret back to whoever may read it, and no other", async () => {
      if (place.givesNothingBack) {
        await store.put(deliveryOf("k1"));
        await expect(store.read()).rejects.toMatchObject({
          code: "STORE_REFUSED",
          message: expect.stringContaining(store.description) as string,
        });
        return;
      }
      expect(await store.read()).toBeUndefined();
      await store.put(deliveryOf("k1"));
      await store.put(deliveryOf("k2"));

      const held = await store.read();

      expect([held?.keyId, held?.secret.reveal()]).toEqual(["k2", secretOf("k2")]);
      expect(await place.open("billing-prod").read()).toBeUndefined();
    });

    test("says nothing of the secret in its answers", async () => {
      await store.put(deliveryOf("k1"));

      expect(JSON.stringify([store, await store.current()])).not.toContain(secretOf("k1"));
      expect(JSON.stringify(store)).not.toMatch(/AGE-SECRET-KEY|hvs\.|github_pat/);
    });
  });
}
