/** The arguments of every list. */

export const PAGE = "first: Int, after: String, last: Int, before: String, reverse: Boolean = false";
