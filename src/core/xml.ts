/** XML as text, lists and objects: no attribute, no number. Element names are taken as they are, misspelt ones included. */
import { XMLBuilder, XMLParser, XMLValidator } from "fast-xml-parser";
import { type Fields, isFields } from "./tree.ts";

export interface XmlForm {
  /** The root element by its name. Throws `SyntaxError` for what is no XML document. */
  parse(text: string): Fields;
  /** Markup without a declaration. */
  build(root: Fields): string;
}

/** `lists` are the tags of lists: without their names one entry would not be told from a single element. */
export function xmlForm(lists: readonly string[]): XmlForm {
  const named = new Set(lists);
  const parser = new XMLParser({
    ignoreAttributes: true,
    ignoreDeclaration: true,
    parseTagValue: false,
    htmlEntities: true,
    isArray: (name) => named.has(name),
  });
  const builder = new XMLBuilder({});
  return {
    parse(text) {
      // A web page is no answer, though it may be well formed.
      const isXml = !/<!DOCTYPE|<html/i.test(text) && XMLValidator.validate(text) === true;
      const value: unknown = isXml ? parser.parse(text) : null;
      if (!isFields(value) || Object.keys(value).length !== 1) throw new SyntaxError("the answer is no XML document");
      return value;
    },
    build: (root) => builder.build(root),
  };
}
