/** A Medusa with its defaults on one PostgreSQL: no Redis, no back office pages. */
const { defineConfig } = require("@medusajs/framework/utils");

const cors = "http://localhost";

module.exports = defineConfig({
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL,
    http: { storeCors: cors, adminCors: cors, authCors: cors, jwtSecret: "test", cookieSecret: "test" },
  },
  admin: { disable: true },
});
