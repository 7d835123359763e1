// The desert.
// tint: 0 sky above, 1 sky below, 2 sun, 3 sand in light, 4 sand in shade or silhouettes.

/** Dunes with a gentle windward and a steep lee side. */
float dune(vec2 x) {
  float sum = 0., high = 1.;
  vec2 v = x * .34 + seed * 2.7;
  for (int i = 0; i < 3; i++) {
    float w = v.y + 1.5 * noise(v * .55 + 3.) + .3 * noise(v * 1.4), f = fract(w);
    float profile = f < .74 ? pow(f / .74, 1.7) : 1. - smoothstep(.0, 1., (f - .74) / .26) ;
    sum += high * profile * (.25 + .9 * noise(v * .7 + 20.)); high *= .2; v = turn(.5) * v * 2.7 + 5.;
  }
  return sum * .85;
}

/** A sea of sand by ray marching. knob: 0 sun's azimuth, 1 its height, 2 camera height, 3 pitch, 4 zoom, 5 stars. */
vec3 sand(vec2 p) {
  vec3 eye = vec3(0., knob[2], 0.), ray = normalize(vec3(p.x, p.y + knob[3], knob[4]));
  vec3 sun = normalize(vec3(sin(knob[0]), knob[1], cos(knob[0])));
  float s = max(dot(ray, sun), 0.);
  vec3 sky = mix(tint[1], tint[0], smoothstep(-.02, .5, ray.y)); sky *= sky;
  vec3 glow = tint[2] * tint[2] * (.45 * pow(s, 6.) + .6 * pow(s, 90.) + 6. * smoothstep(.9990, .9994, s) * step(knob[5], .5));
  vec3 air = sky;
  sky += glow + stars(p, .6, 28.) * knob[5];
  float t = .3;
  bool hit = false;
  for (int i = 0; i < 200; i++) {
    vec3 x = eye + ray * t;
    float gap = x.y - dune(x.xz);
    if (gap < .0006 * t) { hit = true; break; }
    t += max(.35 * gap, .0015 * t);
    if (t > 40. || x.y > 2.4) break;
  }
  if (!hit) return film(sky);
  vec3 x = eye + ray * t;
  float e = .002 * t + .002, h = dune(x.xz);
  vec2 slope = vec2(dune(x.xz + vec2(e, 0)) - h, dune(x.xz + vec2(0, e)) - h) / e;
  vec2 r = x.xz + .12 * vec2(noise(x.xz * 2.), noise(x.xz * 2. + 9.)) + slope * .1;
  float ripple = sin((r.y * 1. + r.x * .35) * 88. + 5. * noise(x.xz * 3.));
  vec3 n = normalize(vec3(-slope.x, 1., -slope.y - ripple * .2 * exp(-t * .42)));
  float shade = 1.;
  for (float u = .04; u < 3.; u *= 1.3) { vec3 y = x + sun * u; shade = min(shade, .5 + 16. * (y.y - dune(y.xz)) / u); }
  shade = sat(shade);
  vec3 own = mix(tint[3], tint[3] * .86, fbm(x.xz * vec2(20., 60.), 4)); own *= own;
  vec3 light = tint[2] * tint[2] * 2.2 * shade * pow(max(dot(n, sun), 0.), .8) + (tint[4] * tint[4]) * (.5 + .5 * n.y) * 1.1;
  light += tint[2] * .35 * pow(sat(1. - dot(-ray, n)), 4.) * shade;
  return film(mix(own * light, air + glow * .6, 1. - exp(-pow(t * .05, 1.6))));
}

float frond(vec2 q, float a) {
  float x = q.x * sign(cos(a)), reach = abs(cos(a)) * .42 + .1;
  float y = q.y - (sin(a) * .5 * x - 1.5 * x * x * (1.2 - .4 * sin(a)));
  float comb = .025 + .035 * abs(fract(x * 46. + y * 20.) - .5) * 2.;
  return inside(abs(y + .012) - comb * smoothstep(reach, .1, x) * smoothstep(0., .08, x), .004) * step(0., x) * step(x, reach);
}

float palm(vec2 p, float salt) {
  float lean = (hash(salt) - .5) * .5, bend = lean * p.y * p.y;
  float trunk = inside(abs(p.x - bend) - .017 - .008 * (1. - p.y) - .003 * abs(fract(p.y * 26.) - .5), .003) * step(p.y, 1.);
  vec2 q = p - vec2(lean, 1.);
  float crown = inside(length(q) - .035, .006);
  for (float i = 0.; i < 13.; i++) crown = max(crown, frond(q, -.9 + i / 12. * 5. + .3 * hash(i + salt)));
  return max(trunk, crown);
}

/** Palms before a great sun. knob: 0, 1 the sun, 2 its radius, 3 palms, 4 stars. */
vec3 palms(vec2 p) {
  vec2 sun = vec2(knob[0], knob[1]);
  float d = length(p - sun);
  vec3 c = mix(tint[1], tint[0], smoothstep(-.25, .5, p.y)) + stars(p, .4, 24.) * knob[4];
  c += tint[2] * (.35 * exp(-d * 3.));
  c = mix(c, mix(tint[2], vec3(1., .97, .85), .5 + 1.2 * (p.y - sun.y)), inside(d - knob[2], .0015));
  c = mix(c, tint[2], .25 * smoothstep(.5, .75, fbm(vec2(p.x * 1.5 + seed, p.y * 16.), 5)));
  for (float i = 0.; i < 4.; i++) {
    float top = -.1 - .095 * i + .09 * sin(p.x * (3.2 - .4 * i) + i * 2.1 + seed) + .05 * noise(p.x * 2. + i * 5.), f = .5 + .5 * cos(p.x * (3.2 - .4 * i) + i * 2.1 + seed);
    vec3 own = mix(mix(tint[1], tint[3], .5 + .15 * i), tint[4], .25 * i);
    own = mix(own * (.8 + .35 * f), tint[4], smoothstep(0., .5, top - p.y)) * (.96 + .07 * noise(vec2(p.x * 30., (p.y - top) * 160.)));
    c = mix(c, own, inside(p.y - top, .0012));
    if (i == 2.) for (float k = 0.; k < knob[3]; k++) {
      vec2 at = vec2(-.52 + .27 * k + .16 * hash(vec2(k, seed)), -.36);
      float size = .36 + .22 * hash(vec2(k, seed + 9.));
      c = mix(c, tint[4] * .45, palm((p - at) / size, k * 3. + seed));
    }
  }
  return c;
}
