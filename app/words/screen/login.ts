// The way in for somebody who comes from outside the admin.
export const loginPage = {
  title: "Log in · {app}",
  heading: "Log in to {app}",
  shop: "Shop domain",
  logIn: "Log in",
} as const;
