import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { print } from "graphql";

/** A request that could not be served; `code` is one of a closed list, the message is for people. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

interface Answer<Data> {
  data?: Data;
  errors?: { message: string; extensions: { code: string } }[];
}

/** What may be sent again as it is; a mutation, too, if it has an idempotency key. */
const again = new Set(["RATE_LIMITED", "SERVICE_UNAVAILABLE", "TIMEOUT"]);

export class Tongxin {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  /** The data of an answer, in the types of its document. Waits and tries again where the server says so. */
  async ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables, tries = 5): Promise<Data> {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(this.url, {
        method: "POST",
        headers: {
          authorization: `Bearer ${this.token}`,
          "content-type": "application/json",
          accept: "application/graphql-response+json, application/json;q=0.9",
        },
        body: JSON.stringify({ query: print(document), variables }),
      });
      const answer = (await response.json()) as Answer<Data>;
      const first = answer.errors?.[0];
      if (!first) return answer.data as Data;
      if (!again.has(first.extensions.code) || attempt === tries) throw new Refused(first.extensions.code, first.message);
      const seconds = Number(response.headers.get("retry-after") ?? 2 ** attempt / 10);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  }
}
