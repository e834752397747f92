import { redirect } from "next/navigation";

/** The topology is the first screen. */
export default function Home() {
  redirect("/topology");
}
