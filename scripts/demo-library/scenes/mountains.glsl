// Ranges in haze, snow peaks in the sun, lakes, and woods in fog.
// tint: 0 sky above, 1 sky below, 2 sun, 3 the nearest ground, 4 mist.

vec3 alpineSky(vec2 p, vec2 sun) {
  vec3 c = mix(tint[1], tint[0], smoothstep(-.12, .5, p.y));
  float d = length(p - sun), wisps = fbm(vec2(p.x * 1.6 + seed, p.y * 8.), 5);
  c = mix(c, mix(tint[2], vec3(1.), .4), smoothstep(.5, .85, wisps) * .5 * smoothstep(-.1, .3, p.y));
  c += tint[2] * (.55 * exp(-d * 4.5) + .25 * exp(-d * 16.));
  return mix(c, vec3(1., .98, .9), inside(d - .035, .003) * step(.001, knob[6]));
}

float rangeTop(float x, float t, float i) {
  return mix(.1, -.36, t) + mix(.34, .2, t) * (range(x * mix(2.6, 1.1, t) + i * 13.7, knob[3], 7) - .5);
}

/** knob: 0, 1 the sun; 2 how many ranges; 3 crags; 4 firs on the near ones; 5 raises the ranges; 6 shows the sun's disc. */
vec3 haze(vec2 p) {
  vec2 sun = vec2(knob[0], knob[1]);
  vec3 c = alpineSky(p, sun);
  for (float i = 0.; i < knob[2]; i++) {
    float t = i / (knob[2] - 1.), top = rangeTop(p.x, t, i) + knob[5];
    float wood = knob[4] > 0. && t > .55 ? firs(vec2(p.x, p.y - top + .004), mix(90., 22., t), knob[4] * t * t * t, i) : 0.;
    vec3 lit = mix(tint[1], tint[2], .35 * exp(-2.5 * abs(p.x - sun.x)));
    vec3 own = mix(lit, tint[3], pow(t, .75) * .9 + .1);
    float depth = top - p.y;
    own = mix(own, mix(tint[4], lit, .3), smoothstep(.0, .22, depth + .05 * fbm(p * vec2(3., 9.) + i, 4)) * .85 * (1. - t));
    own *= .94 + .12 * fbm(p * 40. * (1. - .5 * t) + i, 3);
    c = mix(c, own, max(inside(-depth, .0012), wood));
  }
  return c;
}

/** As `haze`, over still water from a third of the height down. knob 7: where the shore is. */
vec3 lake(vec2 p) {
  float shore = knob[7];
  if (p.y > shore) return haze(p);
  float below = shore - p.y, far = .02 / (below + .02);
  float wave = (noise(vec2(p.x * 14., below * 260. * far + seed)) - .5) * .05 * smoothstep(0., .3, below) + (noise(vec2(p.x * 60., below * 900. * far)) - .5) * .004;
  vec3 c = haze(vec2(p.x + wave * .3, shore + below * .93 + wave));
  c = mix(c, tint[3], .18 + .4 * smoothstep(.1, .6, below));
  c += tint[1] * .05 * smoothstep(.72, .9, noise(vec2(p.x * 5., below * 130. * far)));
  return mix(c, tint[4], .35 * exp(-below * 60.));
}

/** A wood, tree line behind tree line. knob: 0, 1 the light; 2 lines; 3 the height of the nearest firs; 4 rays. */
vec3 wood(vec2 p) {
  vec2 sun = vec2(knob[0], knob[1]);
  float d = length(p - sun);
  vec3 c = mix(tint[1], tint[0], smoothstep(-.4, .55, p.y)) + tint[2] * .5 * exp(-d * 3.);
  for (float i = 0.; i < knob[2]; i++) {
    float t = i / (knob[2] - 1.), top = mix(.12, -.44, t) + .16 * (noise(vec2(p.x * mix(2.5, 1.3, t) + i * 9., i + seed)) - .5);
    vec3 own = mix(mix(tint[1], tint[4], .4), tint[3], pow(t, 1.15));
    own += tint[2] * .16 * exp(-d * 3.5) * (1. - .6 * t);
    own = mix(own, tint[4], smoothstep(.03, .3, top - p.y + .1 * fbm(p * vec2(4., 12.) + i * 3., 4)) * (.9 - .7 * t));
    float shape = max(inside(p.y - top, .004), firs(vec2(p.x, p.y - top + .01), mix(34., 9., t), mix(.12, knob[3], t * t), i + 1.));
    c = mix(c, own, shape);
    c = mix(c, tint[4], .10 * smoothstep(.45, .75, fbm(p * vec2(2., 6.) + i * 5. + seed, 5)));
  }
  vec2 away = p - sun;
  float fan = noise(vec2(atan(away.y, away.x) * 14., seed)) * noise(vec2(atan(away.y, away.x) * 37., 4.));
  return c + tint[2] * knob[4] * fan * exp(-d * 1.9);
}

/** Sharp crests over smooth valleys: each octave is as rough as the one before is high. */
float land(vec2 x, int octaves) {
  float sum = 0., w = .62, before = 1.;
  x = x * .27 + seed * 3.1;
  for (int i = 0; i < octaves; i++) {
    float n = 1. - abs(2. * noise(x) - 1.); n *= n; sum += w * n * before; before = n; x = turn(.9) * x * 2.07 + 31.; w *= .46;
  }
  return 1.75 * sum;
}

vec3 landNormal(vec2 x, float e) {
  float h = land(x, 10);
  return normalize(vec3(h - land(x + vec2(e, 0), 10), e, h - land(x + vec2(0, e), 10)));
}

/** Peaks of rock and snow by ray marching. knob: 0 sun's azimuth, 1 its height, 2 camera height, 3 pitch, 4 snow line, 5 zoom. */
vec3 peaks(vec2 p) {
  vec3 eye = vec3(0., knob[2], 0.), ray = normalize(vec3(p.x, p.y + knob[3], knob[5]));
  vec3 sun = normalize(vec3(sin(knob[0]), knob[1], cos(knob[0])));
  float s = max(dot(ray, sun), 0.);
  vec3 air = mix(tint[1], tint[0], smoothstep(-.05, .45, ray.y)); air *= air;
  float cover = fbm(ray.xz / (ray.y + .12) * .5 + seed, 6);
  vec3 sky = mix(air, vec3(.95) * mix(tint[2], vec3(1.), .6), .75 * smoothstep(.5, .8, cover) * smoothstep(.0, .2, ray.y));
  sky += tint[2] * tint[2] * (.5 * pow(s, 8.) + 1.2 * pow(s, 300.));
  float t = .6, step_ = 0.;
  bool hit = false;
  for (int i = 0; i < 170; i++) {
    vec3 x = eye + ray * t;
    float gap = x.y - land(x.xz, 8);
    if (gap < .0012 * t) { hit = true; break; }
    t += max(.32 * gap, .002 * t);
    if (t > 26. || (x.y > 2.2 && ray.y > 0.)) break;
  }
  if (!hit) return film(sky);
  vec3 x = eye + ray * t, n = landNormal(x.xz, .0016 * t + .001);
  float shade = 1.;
  for (float u = .03; u < 2.2; u *= 1.28) { vec3 y = x + sun * u; shade = min(shade, 14. * (y.y - land(y.xz, 6)) / u + .35); }
  shade = sat(shade);
  float white = smoothstep(.5, .72, n.y + .25 * (x.y - knob[4]) + .25 * (fbm(x.xz * 9., 4) - .5));
  vec3 rock = mix(tint[3], tint[3] * .45, fbm(vec2(x.x + x.z, x.y * 7.) * 5., 5)); rock *= rock;
  vec3 ground = mix(rock, vec3(.86, .9, .96), white);
  vec3 light = tint[2] * tint[2] * 2.3 * shade * max(dot(n, sun), 0.) + air * (.5 + .5 * n.y) * .75;
  vec3 fog = mix(air, tint[2] * tint[2], .45 * pow(s, 3.)) * .9;
  return film(mix(ground * light, fog, 1. - exp(-pow(t * .065, 1.8))));
}

/** One fir of height h, its foot at 0. */
float fir(vec2 q, float h, float salt) {
  float y = q.y / h, w = (1. - y) * h * (.13 + .09 * (1. - fract(y * 9. + salt))) * (.8 + .4 * noise(q * 29. + salt));
  return inside(abs(q.x) - w, .0008) * step(0., y) * step(y, 1.);
}

/** A hut in a winter night. knob: 0 where it stands, 1 how large, 2 the moon's place. */
vec3 hut(vec2 p) {
  vec3 c = mix(tint[1], tint[0], smoothstep(-.1, .5, p.y)) + stars(p, .5, 24.) * vec3(.9, .95, 1.);
  float m = length(p - vec2(knob[2], .33));
  c += vec3(.9, .93, 1.) * (inside(m - .028, .002) * (.75 + .25 * noise(p * 60.)) + .22 * exp(-m * 9.));
  for (float i = 0.; i < 3.; i++) {
    float top = .05 - .07 * i + .25 * (range(p.x * 1.7 + i * 9., .5, 6) - .5) * (1. - .25 * i);
    vec3 own = mix(mix(tint[1], tint[4], .35), tint[3], .35 + .3 * i);
    own = mix(own, tint[4] * .8, (1. - .3 * i) * .5 * smoothstep(.4, .6, fbm(p * vec2(13., 7.) + i, 5)));
    c = mix(c, own, max(inside(p.y - top, .002), i > .5 ? firs(vec2(p.x, p.y - top + .01), 24. - 6. * i, .07 + .12 * i, i) : 0.));
  }
  float ground = -.2 + .05 * sin(p.x * 2.2 + seed) + .02 * noise(p.x * 5.);
  vec2 h = (p - vec2(knob[0], -.2 + .05 * sin(knob[0] * 2.2 + seed))) / knob[1];
  float glow = exp(-length((p - vec2(knob[0], -.22)) * vec2(1., 1.7)) * 6. / (knob[1] * 5.));
  vec3 snow = mix(tint[4], tint[1], .55 + .35 * smoothstep(-.2, -.5, p.y)) * (.82 + .3 * fbm(p * vec2(3., 14.) + seed, 4));
  snow += tint[2] * glow * .75 + .5 * step(.9985, hash(p * 420.)) ;
  float wall = max(abs(h.x) - .5, abs(h.y - .2) - .3), eave = abs(h.x) * .72 + h.y - .95;
  float roof = max(eave, -(eave + .17)), gable = max(eave, -h.y);
  float smoke = exp(-pow((h.x - .28 - .12 * (h.y - 1.) - .1 * sin(h.y * 4.) * (h.y - 1.)) * 7. / (h.y + .2), 2.)) * smoothstep(.95, 1.2, h.y) * smoothstep(3.4, 1., h.y);
  c = mix(c, tint[4], .45 * smoke * fbm(h * vec2(4., 2.), 4));
  c = mix(c, tint[3] * .6, inside(max(abs(h.x - .28) - .07, abs(h.y - .85) - .22), .01));
  vec3 logs = tint[3] * (.7 + .5 * smoothstep(.1, .5, abs(fract(h.y * 9.) - .5))) + tint[2] * .1;
  c = mix(c, logs, inside(max(gable, abs(h.x) - .5), .008));
  c = mix(c, tint[4] * .95 + tint[2] * .06, inside(max(roof, abs(h.x) - .72), .01));
  vec2 w = vec2(abs(h.x) - .24, h.y - .32);
  float pane = max(abs(w.x) - .12, abs(w.y) - .13), bars = min(abs(w.x), abs(w.y));
  c = mix(c, mix(tint[2], vec3(1., .95, .75), .5) * (.75 + .35 * noise(h * 7.)), inside(pane, .008) * smoothstep(.008, .016, bars));
  c += tint[2] * .3 * exp(-max(length(w) - .1, 0.) * 6.);
  c = mix(c, snow, inside(p.y - ground, .003));
  for (float i = 0.; i < 6.; i++) {
    float side = mod(i, 2.) * 2. - 1., r = hash(vec2(i, seed));
    vec2 q = p - vec2(side * (.5 + .11 * floor(i / 2.) + .05 * r), -.5 + .08 * hash(i + 20.));
    c = mix(c, tint[3] * .5, fir(q, .32 + .4 * r, i));
  }
  return c;
}
