/** The build without the parts for Redis, which the package does not describe. */
declare module "bottleneck/light.js" {
  export { default } from "bottleneck";
}
